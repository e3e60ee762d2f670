//! A proxy between a cockpit and its hub that can hold every byte back: a network that is cut
//! without anybody being told.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on stops")]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

/// A proxy on a port of its own.
pub struct Proxy {
    pub address: SocketAddr,
    gate: Arc<Gate>,
}

#[derive(Default)]
struct Gate {
    inside: Mutex<Inside>,
    changed: Condvar,
}

#[derive(Default)]
struct Inside {
    cut: bool,
    /// Bytes that went through, either way.
    passed: u64,
    /// Bytes that came and wait here.
    held: u64,
}

impl Proxy {
    /// Before a hub at that address.
    pub fn before(hub: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let gate = Arc::new(Gate::default());
        let shared = gate.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(hub) = TcpStream::connect(hub) else { continue };
                pump(client.try_clone().unwrap(), hub.try_clone().unwrap(), shared.clone());
                pump(hub, client, shared.clone());
            }
        });
        Self { address, gate }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on nothing goes through; connections stay, and new ones are taken.
    pub fn cut(&self) {
        self.gate.inside.lock().unwrap().cut = true;
    }

    /// What was held goes on its way, and everything after it.
    pub fn heal(&self) {
        self.gate.inside.lock().unwrap().cut = false;
        self.gate.changed.notify_all();
    }

    /// How many bytes went through, and how many are held.
    pub fn bytes(&self) -> (u64, u64) {
        let inside = self.gate.inside.lock().unwrap();
        (inside.passed, inside.held)
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, gate: Arc<Gate>) {
    std::thread::spawn(move || {
        let mut buffer = [0; 16_384];
        while let Ok(n @ 1..) = from.read(&mut buffer) {
            let mut inside = gate.inside.lock().unwrap();
            inside.held += n as u64;
            // Whether it passes, and that it has, is one moment: nothing slips through a cut.
            while inside.cut {
                inside = gate.changed.wait(inside).unwrap();
            }
            inside.held -= n as u64;
            inside.passed += n as u64;
            if to.write_all(&buffer[..n]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}
