{%- for module in directory.modules %}
#[rustfmt::skip]
{{ module.allows|allow }}
{%- if let Some(path) = module.path %}
#[path = "{{ path }}"]
{%- endif %}
pub mod {{ module.ident }};
{%- endfor %}
