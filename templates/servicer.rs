{%- if service.docs.is_empty() %}
/// Answers the calls of `{{ service.full_name }}`.
{%- else %}
{{ service.docs|docs }}
{%- endif %}
{{ service.deprecated|deprecated }}
{{ service.method_allows|allow }}
pub trait {{ service.servicer }}: {{ module.prelude.send }} + {{ module.prelude.sync }} + 'static {
    {%- for method in service.methods %}
    {{ method.docs|docs }}
    {%- if let Some(alias) = method.name.alias() %}
    #[doc(alias = "{{ alias }}")]
    {%- endif %}
    {{ method.deprecated|deprecated }}
    {{ SignatureTemplate { module: module, method: method } }}
    {%- if module.strict -%}
    ;
    {%- else %} {
        {%- if method.arity.streams_requests() %}
        rt::unimplemented(request_iterator, context)
        {%- else %}
        rt::unimplemented(request, context)
        {%- endif %}
    }
    {%- endif %}
    {%- endfor %}
}

impl<S: {{ service.servicer }}> {{ service.servicer }} for rt::Arc<S> {
    {%- for method in service.methods %}
    {{ SignatureTemplate { module: module, method: method } }} {
        {%- if method.arity.streams_requests() %}
        <S as {{ service.servicer }}>::{{ method.name.ident }}(self, request_iterator, context)
        {%- else %}
        <S as {{ service.servicer }}>::{{ method.name.ident }}(self, request, context)
        {%- endif %}
    }
    {%- endfor %}
}
