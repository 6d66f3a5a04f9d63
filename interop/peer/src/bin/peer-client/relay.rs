//! A TCP relay: what is behind a port can come late, and go.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Relays connections to `port` of the loopback to a target, until this is dropped.
pub(crate) struct Relay {
    pub(crate) port: u16,
    connections: Arc<Mutex<Option<Vec<TcpStream>>>>,
}

impl Relay {
    /// On a port that the system chooses.
    pub(crate) fn to(target: &str) -> io::Result<Self> {
        Self::at(0, target)
    }

    pub(crate) fn at(port: u16, target: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port)))?;
        let port = listener.local_addr()?.port();
        let connections = Arc::new(Mutex::new(Some(Vec::new())));
        let (kept, target) = (connections.clone(), target.to_owned());
        thread::spawn(move || {
            for incoming in listener.incoming() {
                let Ok(incoming) = incoming else { return };
                let Ok(outgoing) = TcpStream::connect(&*target) else {
                    return;
                };
                let mut kept = kept.lock().expect("nothing panics with the lock");
                let Some(kept) = &mut *kept else { return };
                if let Ok(streams) = join(incoming, outgoing) {
                    kept.extend(streams);
                }
            }
        });
        Ok(Self { port, connections })
    }

    /// Breaks the connections that there are; new ones are still relayed.
    pub(crate) fn break_connections(&self) {
        let mut connections = self
            .connections
            .lock()
            .expect("nothing panics with the lock");
        for connection in connections.iter_mut().flat_map(|all| all.drain(..)) {
            // It may be broken already.
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.break_connections();
        self.connections
            .lock()
            .expect("nothing panics with the lock")
            .take();
        // The listener's thread looks after the next connection.
        let _ = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], self.port)));
    }
}

/// Copies both ways until either end closes.
fn join(incoming: TcpStream, outgoing: TcpStream) -> io::Result<[TcpStream; 2]> {
    incoming.set_nodelay(true)?;
    outgoing.set_nodelay(true)?;
    let kept = [incoming.try_clone()?, outgoing.try_clone()?];
    for (mut from, mut to) in [
        (incoming.try_clone()?, outgoing.try_clone()?),
        (outgoing, incoming),
    ] {
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
    Ok(kept)
}
