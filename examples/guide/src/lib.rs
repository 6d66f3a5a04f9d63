//! The code of the guide under `docs/`, so that it is compiled and run: each page is a doc test.

pub mod generated {
    rustgrpc::include_protos!();
}

pub use generated::*;

macro_rules! pages {
    ($($name:ident = $file:literal),* $(,)?) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!(concat!("../../../docs/", $file))]
            mod $name {}
        )*
    };
}

pages! {
    index = "index.md",
    chat = "tutorial/chat.md",
    echo = "tutorial/echo.md",
    greet = "tutorial/greet.md",
    hello = "tutorial/hello.md",
    helloworld = "tutorial/helloworld.md",
    add_ons = "add_ons.md",
    channels = "channels.md",
    credentials = "credentials.md",
    deployment = "deployment.md",
    formats = "formats.md",
    from_grpc_python = "from_grpc_python.md",
    generating = "generating.md",
    interceptors = "interceptors.md",
    messages = "messages.md",
    servers = "servers.md",
    services = "services.md",
    testing = "testing.md",
    troubleshooting = "troubleshooting.md",
    from_prost_and_tonic = "from_prost_and_tonic.md",
}
