/// Calls `{{ service.full_name }}` without a stub: every call opens a channel of its own.
{%- if !service.docs.is_empty() %}
///
{{ service.docs|docs }}
{%- endif %}
{{ service.deprecated|deprecated }}
#[derive(Clone, Copy, Debug)]
pub struct {{ service.one_shot }};
{%- if !service.methods.is_empty() %}

{{ service.method_allows|allow }}
impl {{ service.one_shot }} {
    {%- for method in service.methods %}
    {{ method.docs|docs }}
    {%- if let Some(alias) = method.name.alias() %}
    #[doc(alias = "{{ alias }}")]
    {%- endif %}
    {{ method.deprecated|deprecated }}
    #[inline]
    {%- if method.arity.streams_requests() %}
    pub fn {{ method.name.ident }}(request_iterator: impl rt::Stream<Item = {{ method.request }}> + {{ module.prelude.send }} + 'static, target: &str) -> rt::aio::{{ method.arity.call() }}<{{ method.request }}, {{ method.response }}> {
        rt::aio::insecure_channel(target).{{ method.arity.word() }}({{ service.module }}::{{ method.constant }}, request_iterator)
    }
    {%- else %}
    pub fn {{ method.name.ident }}(request: {{ method.request }}, target: &str) -> rt::aio::{{ method.arity.call() }}<{{ method.request }}, {{ method.response }}> {
        rt::aio::insecure_channel(target).{{ method.arity.word() }}({{ service.module }}::{{ method.constant }}, request)
    }
    {%- endif %}
    {%- endfor %}
}
{%- endif %}
