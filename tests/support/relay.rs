//! A TCP relay on loopback that can fail as a network does: without a word, or by a reset. It runs on a thread of its own, so it serves a spawned
//! program and an application in the test's process alike.
//!
//! The kernel below the relay still acknowledges what is swallowed: only deadlines of the program itself notice, which is the harder case.
#![allow(dead_code, unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::io::{AsyncReadExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The connections are numbered in the order in which they were accepted.
#[derive(Debug)]
struct State {
    target: String,
    accepted: u64,
    open: BTreeSet<u64>,
    swallow_new: bool,
    /// Connections below this number pass nothing on any more.
    swallowed: u64,
    /// Connections below this number are reset.
    cut: u64,
    ended: bool,
}

/// Passes connections on to a target until it is told otherwise. All connections end when it is dropped.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    state: watch::Sender<State>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// Listens on a free port of loopback and passes connections on to `host:port`.
    pub fn start(target: impl Into<String>) -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let target = target.into();
        let open = BTreeSet::new();
        let state = State { target, accepted: 0, open, swallow_new: false, swallowed: 0, cut: 0, ended: false };
        let state = watch::Sender::new(state);
        let shared = state.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(listener, shared));
        });
        Self { address, state, thread: Some(thread) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were accepted so far.
    pub fn accepted(&self) -> u64 {
        self.state.borrow().accepted
    }

    /// From now on all bytes vanish in both directions, on the connections that stand and on new ones.
    pub fn swallow(&self) {
        self.state.send_modify(|state| {
            state.swallow_new = true;
            state.swallowed = state.accepted;
        });
    }

    /// The connections that stand are dead for ever, without a word; new ones work. So it is when a virtual address moves.
    pub fn swallow_existing(&self) {
        self.state.send_modify(|state| state.swallowed = state.accepted);
    }

    /// New connections work again. What was swallowed stays dead.
    pub fn restore(&self) {
        self.state.send_modify(|state| state.swallow_new = false);
    }

    /// Resets all connections that stand, and returns when that is done.
    pub fn cut(&self) {
        self.state.send_modify(|state| state.cut = state.accepted);
        while self.cutting() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn cutting(&self) -> bool {
        let state = self.state.borrow();
        state.open.first().is_some_and(|number| *number < state.cut)
    }

    /// New connections lead to another target.
    pub fn point_to(&self, target: impl Into<String>) {
        self.state.send_modify(|state| state.target = target.into());
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.state.send_modify(|state| state.ended = true);
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

async fn serve(listener: std::net::TcpListener, state: watch::Sender<State>) {
    let listener = TcpListener::from_std(listener).unwrap();
    let mut ended = state.subscribe();
    // Connections end with this set.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let near = tokio::select! {
            _ = ended.wait_for(|state| state.ended) => return,
            accepted = listener.accept() => accepted.unwrap().0,
        };
        near.set_nodelay(true).ok();
        let mut number = 0;
        state.send_modify(|state| {
            number = state.accepted;
            state.open.insert(number);
            state.accepted += 1;
            if state.swallow_new {
                state.swallowed = state.accepted;
            }
        });
        let (watched, state) = (state.subscribe(), state.clone());
        connections.spawn(async move {
            connection(number, near, watched).await;
            state.send_modify(|state| {
                state.open.remove(&number);
            });
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(number: u64, mut near: TcpStream, state: watch::Receiver<State>) {
    let mut far = None;
    let mut watched = state.clone();
    tokio::select! {
        biased;
        _ = watched.wait_for(|state| number < state.swallowed || number < state.cut) => {}
        () = pass(&mut near, &mut far, &state) => return,
    }
    tokio::select! {
        biased;
        _ = watched.wait_for(|state| number < state.cut) => {}
        () = swallow(&mut near, far.as_mut()) => {}
    }
    for end in [Some(near), far].into_iter().flatten() {
        end.set_zero_linger().ok();
    }
}

async fn pass(near: &mut TcpStream, far: &mut Option<TcpStream>, state: &watch::Receiver<State>) {
    let target = state.borrow().target.clone();
    let Ok(connected) = TcpStream::connect(target).await else { return };
    connected.set_nodelay(true).ok();
    copy_bidirectional(near, far.insert(connected)).await.ok();
}

/// Reads on, so that nobody's writing blocks; neither end hears of the other again.
async fn swallow(near: &mut TcpStream, far: Option<&mut TcpStream>) {
    let far = async {
        if let Some(far) = far {
            drain(far).await;
        }
    };
    tokio::join!(drain(near), far);
    std::future::pending::<()>().await;
}

async fn drain(stream: &mut TcpStream) {
    let mut vanishing = [0; 4096];
    while matches!(stream.read(&mut vanishing).await, Ok(read) if read > 0) {}
}
