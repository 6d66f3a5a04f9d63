//! `_pb2_grpc.rs`.

use askama::Template;

use super::filters;
use crate::VERSION;
use crate::schema::{Arity, Method, Service, ServiceModule};

/// The code of a module of services.
pub(super) fn render(source: &str, module: &ServiceModule) -> String {
    ServicesTemplate { source, module }.to_string()
}

#[derive(Template)]
#[template(path = "services.rs", escape = "none")]
struct ServicesTemplate<'a> {
    source: &'a str,
    module: &'a ServiceModule,
}

#[derive(Template)]
#[template(path = "servicer.rs", escape = "none")]
struct ServicerTemplate<'a> {
    module: &'a ServiceModule,
    service: &'a Service,
}

#[derive(Template)]
#[template(path = "signature.rs", escape = "none")]
struct SignatureTemplate<'a> {
    module: &'a ServiceModule,
    method: &'a Method,
}

#[derive(Template)]
#[template(path = "register.rs", escape = "none")]
struct RegisterTemplate<'a> {
    service: &'a Service,
}

#[derive(Template)]
#[template(path = "stub.rs", escape = "none")]
struct StubTemplate<'a> {
    module: &'a ServiceModule,
    service: &'a Service,
}

#[derive(Template)]
#[template(path = "stub_method.rs", escape = "none")]
struct StubMethodTemplate<'a> {
    module: &'a ServiceModule,
    service: &'a Service,
    method: &'a Method,
    /// For the blocking face.
    blocking: bool,
}

#[derive(Template)]
#[template(path = "constants.rs", escape = "none")]
struct ConstantsTemplate<'a> {
    service: &'a Service,
}

#[derive(Template)]
#[template(path = "one_shot.rs", escape = "none")]
struct OneShotTemplate<'a> {
    module: &'a ServiceModule,
    service: &'a Service,
}
