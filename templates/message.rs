{%- if message.docs.is_empty() %}
/// The message `{{ message.full_name() }}`.
{%- else %}
{{ message.docs|docs }}
{%- endif %}
{{ message.deprecated|deprecated }}
#[derive(Clone, PartialEq, Default)]
{{ message.attributes|lines }}
pub struct {{ message.ident }} {
    {%- for member in message.members %}
    {{ member.docs|docs }}
    {{ member.deprecated|deprecated }}
    {{ member.attributes|lines }}
    pub {{ member.ident }}: {{ member.ty }},
    {%- endfor %}
    {%- if message.keeps_unknown_fields %}
    /// Fields that the schema does not know.
    pub unknown_fields: rt::UnknownFields,
    {%- endif %}
}

{{ message.method_allows|allow }}
impl {{ message.ident }} {
    /// A message with every field at its default.
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }
    {%- for field in message.fields %}
    {{ AccessorsTemplate { field: field, p: p } }}
    {%- endfor %}
}
{%- if !message.fields.is_empty() %}

/// The numbers of the fields.
impl {{ message.ident }} {
    {%- for field in message.fields %}
    pub const {{ field.constant }}: u32 = {{ field.number }};
    {%- endfor %}
}
{%- endif %}

{{ CodecTemplate { message: message, p: p } }}

rt::impl_message!({{ message.ident }}, "{{ message.package }}", "{{ message.relative_name }}");
{%- if let Some(module) = message.module %}

{{ ModuleTemplate { module: module } }}
{%- endif %}
