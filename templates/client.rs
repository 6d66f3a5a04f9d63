//! Calls every method of `{{ client.program.service }}` with an empty message: a place to begin.
{%- if client.program.deprecated %}
#![allow(deprecated)]
{%- endif %}
{% for path in client.program.uses %}
use {{ path }};
{%- endfor %}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = std::env::args().nth(1).unwrap_or("localhost:{{ client.program.port }}".into());
    let channel = grpc::aio::insecure_channel(&target);
    let stub = {{ client.stub }}::new(&channel);
    {%- for method in client.program.methods %}
{# A blank line between methods. #}
    {%- if method.arity.streams_requests() %}
    let requests = grpc::requests([{{ method.request }}::default()]);
    {%- else %}
    let request = {{ method.request }}::default();
    {%- endif %}
    {%- match method.arity %}
    {%- when Arity::UnaryUnary %}
    let response = stub.{{ method.ident }}(request).await?;
    {%- when Arity::UnaryStream %}
    let mut responses = stub.{{ method.ident }}(request);
    {%- when Arity::StreamUnary %}
    let response = stub.{{ method.ident }}(requests).await?;
    {%- when Arity::StreamStream %}
    let mut responses = stub.{{ method.ident }}(requests);
    {%- endmatch %}
    {%- if method.arity.streams_responses() %}
    while let Some(response) = responses.next().await? {
        println!("{{ method.name }}: {response:?}");
    }
    {%- else %}
    println!("{{ method.name }}: {response:?}");
    {%- endif %}
    {%- endfor %}

    Ok(())
}
