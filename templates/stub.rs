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

/// Calls that are awaited.
{{ service.method_allows|allow }}
impl {{ service.stub }}<rt::aio::Channel> {
    {%- for method in service.methods %}
    {{ StubMethodTemplate { module: module, service: service, method: method, blocking: false } }}
    {%- endfor %}
}

/// Calls that block.
{{ service.method_allows|allow }}
impl {{ service.stub }}<rt::Channel> {
    {%- for method in service.methods %}
    {{ StubMethodTemplate { module: module, service: service, method: method, blocking: true } }}
    {%- endfor %}
}
{%- endif %}
