/// Makes `server` answer the calls of `{{ service.full_name }}` with `servicer`.
#[doc(alias = "add_{{ service.proto_name }}Servicer_to_server")]
pub fn {{ service.register }}(servicer: impl {{ service.servicer }}, server: &mut impl rt::RpcServer) {
    rt::Service::new({{ service.module }}::SERVICE_NAME, servicer)
    {%- for method in service.methods %}
        .{{ method.arity.word() }}(
            {{ service.module }}::{{ method.constant }},
    {%- match method.arity %}
    {%- when Arity::UnaryUnary %}
            |servicer, request, context| async move {
                {{ service.servicer }}::{{ method.name.ident }}(&*servicer, request, context).await
            },
    {%- when Arity::UnaryStream %}
            |servicer, request, context, responses| async move {
                responses.send({{ service.servicer }}::{{ method.name.ident }}(&*servicer, request, context)).await
            },
    {%- when Arity::StreamUnary %}
            |servicer, requests, context| async move {
                {{ service.servicer }}::{{ method.name.ident }}(&*servicer, requests, context).await
            },
    {%- when Arity::StreamStream %}
            |servicer, requests, context, responses| async move {
                responses.send({{ service.servicer }}::{{ method.name.ident }}(&*servicer, requests, context)).await
            },
    {%- endmatch %}
        )
    {%- endfor %}
        .add_to(server);
}
