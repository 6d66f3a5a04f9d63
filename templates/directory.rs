{%- for module in directory.modules %}
{%- if let Some(folder) = module.folder %}
/// The modules in `{{ folder }}/`.
{%- endif %}
#[rustfmt::skip]
{{ module.allows|allow }}
{%- if let Some(path) = module.path %}
#[path = "{{ path }}"]
{%- endif %}
pub mod {{ module.ident }};
{%- endfor %}
