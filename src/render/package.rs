//! The crate around the modules: `Cargo.toml`, and programs to begin with.

use askama::Template;

use super::{Source, Text};
use crate::VERSION;
use crate::schema::{Arity, Client, Package, Server};

/// The files beside the modules.
pub(crate) fn render(package: &Package) -> impl Iterator<Item = Source> {
    let manifest = starter("Cargo.toml", &ManifestTemplate { package });
    let servers = package
        .servers
        .iter()
        .map(|server| starter(&server.program.path, &ServerTemplate { server }));
    let clients = package
        .clients
        .iter()
        .map(|client| starter(&client.program.path, &ClientTemplate { client }));
    [manifest].into_iter().chain(servers).chain(clients)
}

fn starter(path: &str, template: &impl Template) -> Source {
    Source {
        path: path.to_owned(),
        text: Text::Starter(format!("{template}\n")),
    }
}

#[derive(Template)]
#[template(path = "manifest.toml", escape = "none")]
struct ManifestTemplate<'a> {
    package: &'a Package,
}

#[derive(Template)]
#[template(path = "server.rs", escape = "none")]
struct ServerTemplate<'a> {
    server: &'a Server,
}

#[derive(Template)]
#[template(path = "client.rs", escape = "none")]
struct ClientTemplate<'a> {
    client: &'a Client,
}
