/// Calls `{{ service.full_name }}` through a channel.
{%- if !service.docs.is_empty() %}
///
{{ service.docs|docs }}
{%- endif %}
{{ service.deprecated|deprecated }}
#[derive(Clone, Debug)]
pub struct {{ service.stub }}<C = rt::aio::Channel> {
    channel: C,
}

impl<C: {{ module.prelude.clone }}> {{ service.stub }}<C> {
    /// Makes a stub whose calls go through `channel`.
    pub fn new(channel: &C) -> Self {
        Self { channel: channel.clone() }
    }
}
{%- if !service.methods.is_empty() %}

{{ service.method_allows|allow }}
impl {{ service.stub }}<rt::aio::Channel> {
    {%- for method in service.methods %}
    {{ method.docs|docs }}
    {%- if let Some(alias) = method.name.alias() %}
    #[doc(alias = "{{ alias }}")]
    {%- endif %}
    {{ method.deprecated|deprecated }}
    {%- if method.arity.streams_requests() %}
    pub fn {{ method.stub_ident }}(
        &self,
        request_iterator: impl rt::Stream<Item = {{ method.request }}> + {{ module.prelude.send }} + 'static,
    ) -> rt::aio::{{ method.arity.call() }}<{{ method.request }}, {{ method.response }}> {
        self.channel.{{ method.arity.word() }}({{ service.module }}::{{ method.constant }}, request_iterator)
    }
    {%- else %}
    pub fn {{ method.stub_ident }}(&self, request: {{ method.request }}) -> rt::aio::{{ method.arity.call() }}<{{ method.request }}, {{ method.response }}> {
        self.channel.{{ method.arity.word() }}({{ service.module }}::{{ method.constant }}, request)
    }
    {%- endif %}
    {%- endfor %}
}
{%- endif %}
