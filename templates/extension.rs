{%- if extension.docs.is_empty() %}
/// The extension `{{ extension.full_name }}`.
{%- else %}
{{ extension.docs|docs }}
{%- endif %}
{{ extension.deprecated|deprecated }}
{{ extension.allows|allow }}
pub const {{ extension.ident }}: rt::Extension<{{ extension.extendee }}, {{ extension.holds }}> =
{%- match extension.default %}
{%- when Some(default) %} rt::Extension::with_default(|| &{{ extension.descriptor }}, "{{ extension.full_name }}", {{ extension.number }}, {{ default }});
{%- when None %} rt::Extension::new(|| &{{ extension.descriptor }}, "{{ extension.full_name }}", {{ extension.number }});
{%- endmatch %}
pub const {{ extension.constant }}: u32 = {{ extension.number }};
