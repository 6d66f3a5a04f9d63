//! Generates what the guide's code uses: the tutorials' protos and its own.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(
        &[
            "chat.proto",
            "echo.proto",
            "greet.proto",
            "hello.proto",
            "helloworld.proto",
            "labels.proto",
            "shop.proto",
        ],
        &[
            "proto",
            "../chat/proto",
            "../echo/proto",
            "../greet/proto",
            "../hello/proto",
            "../helloworld/proto",
        ],
    )
}
