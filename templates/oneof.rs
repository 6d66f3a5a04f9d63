{%- if oneof.docs.is_empty() %}
/// The oneof `{{ oneof.proto_name }}` of [`{{ oneof.message }}`](super::{{ oneof.message }}).
{%- else %}
{{ oneof.docs|docs }}
{%- endif %}
#[derive(Clone, PartialEq, Debug)]
{{ oneof.allows|allow }}
{{ oneof.attributes|lines }}
pub enum {{ oneof.ident }} {
    {%- for variant in oneof.variants %}
    {{ variant.docs|docs }}
    {{ variant.deprecated|deprecated }}
    {{ variant.attributes|lines }}
    {{ variant.ident }}({{ variant.ty }}),
    {%- endfor %}
}
