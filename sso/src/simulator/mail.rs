//! A mail server that keeps what it is given (RFC 5321, with STARTTLS by RFC 3207 and AUTH PLAIN by RFC 4954), and fails as it is told.

mod conversation;
mod fault;

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

pub use fault::{MailFault, Stage};

/// A mail as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The message, dots and line ends as they were before sending.
    pub raw: String,
    /// Whether it came over TLS.
    pub encrypted: bool,
    /// Who had signed in to send it, as `name:password`.
    pub credentials: Option<String>,
}

/// How a server is spoken to.
#[derive(Clone, Default)]
pub struct MailServerConfig {
    /// Offers STARTTLS with this, or speaks TLS from the start.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// TLS from the first byte.
    pub implicit: bool,
    /// `name:password` that a client must give.
    pub credentials: Option<String>,
}

#[derive(Default)]
struct State {
    mails: Vec<Captured>,
    /// First words of what clients said, in order.
    verbs: Vec<String>,
    faults: VecDeque<(Stage, MailFault)>,
}

/// What all conversations share.
struct Post {
    config: MailServerConfig,
    acceptor: Option<TlsAcceptor>,
    state: Mutex<State>,
    arrived: watch::Sender<usize>,
}

/// A running mail server. Stops when dropped.
pub struct MailServer {
    address: SocketAddr,
    post: Arc<Post>,
    task: tokio::task::JoinHandle<()>,
}

impl MailServer {
    /// Listens on `address` (port 0: any free one).
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(address: SocketAddr, config: MailServerConfig) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let acceptor = config.tls.clone().map(TlsAcceptor::from);
        let post = Arc::new(Post { config, acceptor, state: Mutex::default(), arrived: watch::Sender::new(0) });
        let host = post.clone();
        let task = tokio::spawn(async move {
            let mut talks = tokio::task::JoinSet::new();
            loop {
                // A connection that is gone before it is taken is no reason to end.
                let Ok((stream, _)) = listener.accept().await else { continue };
                talks.spawn(conversation::hold(host.clone(), stream));
                while talks.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, post, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What came, oldest first.
    pub fn mails(&self) -> Vec<Captured> {
        self.post.lock().mails.clone()
    }

    /// What came, for whoever shows it.
    pub(super) fn mailbox(&self) -> Mailbox {
        Mailbox(self.post.clone())
    }

    /// What clients said, by the first word of each line: `EHLO`, `STARTTLS`, `MAIL`.
    pub fn verbs(&self) -> Vec<String> {
        self.post.lock().verbs.clone()
    }

    /// The next conversation that comes to this stage fails so, once.
    pub fn fault(&self, stage: Stage, fault: MailFault) {
        self.post.lock().faults.push_back((stage, fault));
    }

    /// Waits until so many mails have come.
    pub async fn wait_for(&self, mails: usize) {
        // The sender lives as long as this server.
        let _ = self.post.arrived.subscribe().wait_for(|count| *count >= mails).await;
    }
}

/// What a server has taken, also after its end.
#[derive(Clone)]
pub(super) struct Mailbox(Arc<Post>);

impl Mailbox {
    pub(super) fn mails(&self) -> Vec<Captured> {
        self.0.lock().mails.clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Post {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_fault(&self, reached: Stage) -> Option<MailFault> {
        let mut state = self.lock();
        let next = state.faults.iter().position(|(at, _)| *at == reached)?;
        state.faults.remove(next).map(|(_, fault)| fault)
    }

    fn keep(&self, mail: Captured) {
        let count = {
            let mut state = self.lock();
            state.mails.push(mail);
            state.mails.len()
        };
        self.arrived.send_replace(count);
    }
}
