//! A server of `{{ server.program.service }}`. It answers every call with an empty message: a place to begin.
{%- if server.program.deprecated %}
#![allow(deprecated)]
{%- endif %}
{% for path in server.program.uses %}
use {{ path }};
{%- endfor %}

struct {{ server.ident }};

impl {{ server.servicer }} for {{ server.ident }} {
    {%- for method in server.program.methods %}
    {%- if !loop.first %}
{# A blank line between methods. #}
    {%- endif %}
    {%- if let Some(response) = method.response %}
    {%- match method.arity %}
    {%- when Arity::UnaryUnary %}
    async fn {{ method.ident }}(
        &self,
        request: {{ method.request }},
        _context: grpc::ServicerContext,
    ) -> Result<{{ response }}, grpc::Status> {
        println!("{{ method.name }}: {request:?}");
        Ok({{ response }}::default())
    }
    {%- when Arity::UnaryStream %}
    fn {{ method.ident }}(
        &self,
        request: {{ method.request }},
        _context: grpc::ServicerContext,
    ) -> impl grpc::Stream<Item = Result<{{ response }}, grpc::Status>> + Send {
        grpc::stream! {
            println!("{{ method.name }}: {request:?}");
            yield {{ response }}::default();
        }
    }
    {%- when Arity::StreamUnary %}
    async fn {{ method.ident }}(
        &self,
        mut request_iterator: grpc::RequestIterator<{{ method.request }}>,
        _context: grpc::ServicerContext,
    ) -> Result<{{ response }}, grpc::Status> {
        while let Some(request) = request_iterator.next().await? {
            println!("{{ method.name }}: {request:?}");
        }
        Ok({{ response }}::default())
    }
    {%- when Arity::StreamStream %}
    fn {{ method.ident }}(
        &self,
        mut request_iterator: grpc::RequestIterator<{{ method.request }}>,
        _context: grpc::ServicerContext,
    ) -> impl grpc::Stream<Item = Result<{{ response }}, grpc::Status>> + Send {
        grpc::stream! {
            while let Some(request) = request_iterator.next().await? {
                println!("{{ method.name }}: {request:?}");
                yield {{ response }}::default();
            }
        }
    }
    {%- endmatch %}
    {%- endif %}
    {%- endfor %}
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:{{ server.program.port }}".into());
    let mut server = grpc::aio::server();
    {{ server.register }}({{ server.ident }}, &mut server);
    let port = server.add_insecure_port(&address)?;
    server.start().await?;
    println!("Listening on port {port}");
    server.wait_for_termination().await;
    Ok(())
}
