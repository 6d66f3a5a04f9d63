/// Makes `server` answer the calls of `{{ service.full_name }}` with `servicer`.
#[doc(alias = "add_{{ service.proto_name }}Servicer_to_server")]
pub fn {{ service.register }}(servicer: impl {{ service.servicer }}, server: &mut impl rt::RpcServer) {
    rt::Service::new({{ service.module }}::SERVICE_NAME, servicer)
    {%- for method in service.methods %}
    {%- match method.arity %}
    {%- when Arity::UnaryUnary %}
        .unary_unary({{ service.module }}::{{ method.constant }}, |servicer, request, context| async move {
            {{ service.servicer }}::{{ method.name.ident }}(&*servicer, request, context).await
        })
    {%- when Arity::UnaryStream %}
        .unary_stream({{ service.module }}::{{ method.constant }}, |servicer, request, context, responses| async move {
            responses.send({{ service.servicer }}::{{ method.name.ident }}(&*servicer, request, context)).await
        })
    {%- when Arity::StreamUnary %}
        .stream_unary({{ service.module }}::{{ method.constant }}, |servicer, requests, context| async move {
            {{ service.servicer }}::{{ method.name.ident }}(&*servicer, requests, context).await
        })
    {%- when Arity::StreamStream %}
        .stream_stream({{ service.module }}::{{ method.constant }}, |servicer, requests, context, responses| async move {
            responses.send({{ service.servicer }}::{{ method.name.ident }}(&*servicer, requests, context)).await
        })
    {%- endmatch %}
    {%- endfor %}
        .add_to(server);
}
