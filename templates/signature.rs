fn {{ method.name.ident }}(&self,
{%- if method.arity.streams_requests() %} request_iterator: rt::RequestIterator<{{ method.request }}>,
{%- else %} request: {{ method.request }},
{%- endif %} context: rt::ServicerContext)
{%- if method.arity.streams_responses() %} -> impl rt::Stream<Item = {{ module.prelude.result }}<{{ method.response }}, rt::Status>> + {{ module.prelude.send }}
{%- else %} -> impl rt::Future<Output = {{ module.prelude.result }}<{{ method.response }}, rt::Status>> + {{ module.prelude.send }}
{%- endif %}
