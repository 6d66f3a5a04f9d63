{{ method.docs|docs }}
{%- if let Some(alias) = method.name.alias() %}
#[doc(alias = "{{ alias }}")]
{%- endif %}
{{ method.deprecated|deprecated }}
{#- Compiled where it is called: a crate of many services costs what is used of it. #}
#[inline]
pub fn {{ method.stub_ident }}(&self,
{%- if !method.arity.streams_requests() %} request: {{ method.request }}
{%- else if blocking %} request_iterator: impl {{ module.prelude.into_iterator }}<Item = {{ method.request }}, IntoIter: {{ module.prelude.send }} + 'static>
{%- else %} request_iterator: impl rt::Stream<Item = {{ method.request }}> + {{ module.prelude.send }} + 'static
{%- endif %}) -> rt::{% if !blocking %}aio::{% endif %}{{ method.arity.call() }}<{{ method.request }}, {{ method.response }}> {
    {%- if method.arity.streams_requests() %}
    self.channel.{{ method.arity.word() }}({{ service.module }}::{{ method.constant }}, request_iterator)
    {%- else %}
    self.channel.{{ method.arity.word() }}({{ service.module }}::{{ method.constant }}, request)
    {%- endif %}
}
