//! A server and a client of the add-ons: `addons-server`, `addons-client`.

rustgrpc::include_protos!();
