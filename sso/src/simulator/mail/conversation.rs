//! One conversation with a client.

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;

use super::fault::{MailFault, Stage};
use super::{Captured, Post};

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

struct Conversation {
    post: Arc<Post>,
    stream: BufStream<Box<dyn Stream>>,
    encrypted: bool,
    credentials: Option<String>,
    from: String,
    to: Vec<String>,
}

/// Until the client, or a fault, ends it.
pub(super) async fn hold(post: Arc<Post>, stream: TcpStream) {
    // A client that goes away in the middle of it is no concern of a server for tests.
    let _ = talk(post, stream).await;
}

async fn talk(post: Arc<Post>, stream: TcpStream) -> io::Result<()> {
    let implicit = post.config.implicit;
    let stream: Box<dyn Stream> = match &post.acceptor {
        Some(acceptor) if implicit => Box::new(acceptor.accept(stream).await?),
        _ => Box::new(stream),
    };
    let (stream, encrypted) = (BufStream::new(stream), implicit);
    let mut talk = Conversation { post, stream, encrypted, credentials: None, from: String::new(), to: Vec::new() };
    if !talk.answer(Stage::Greeting, "220 mail.example ESMTP").await? {
        return Ok(());
    }
    while let Some(line) = talk.line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        talk.post.lock().verbs.push(verb.clone());
        let goes_on = match verb.as_str() {
            "EHLO" => talk.hello().await?,
            "STARTTLS" => {
                talk.say("220 2.0.0 go ahead").await?;
                talk = talk.encrypt().await?;
                true
            }
            "AUTH" => talk.auth(&line).await?,
            "MAIL" => {
                talk.from = path_of(&line);
                talk.to.clear();
                talk.answer(Stage::Sender, "250 2.1.0 ok").await?
            }
            "RCPT" => {
                let went = talk.answer(Stage::Recipient, "250 2.1.5 ok").await?;
                talk.to.push(path_of(&line));
                went
            }
            "DATA" => talk.data().await?,
            "QUIT" => {
                talk.say("221 2.0.0 bye").await?;
                return Ok(());
            }
            "NOOP" | "RSET" => talk.say("250 2.0.0 ok").await.map(|()| true)?,
            _ => talk.say("502 5.5.1 not here").await.map(|()| true)?,
        };
        if !goes_on {
            return Ok(());
        }
    }
    Ok(())
}

impl Conversation {
    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        if self.stream.read_until(b'\n', &mut bytes).await? == 0 {
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned()))
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    /// What it says at this stage, or the fault that waits for it. Whether the conversation goes on.
    async fn answer(&mut self, stage: Stage, usual: &str) -> io::Result<bool> {
        match self.post.take_fault(stage) {
            None => self.say(usual).await.map(|()| true),
            Some(MailFault::Answer(text)) => self.say(text).await.map(|()| true),
            Some(MailFault::Close) => Ok(false),
            Some(MailFault::Silence) => {
                // Until the client has had enough.
                while self.line().await?.is_some() {}
                Ok(false)
            }
        }
    }

    async fn hello(&mut self) -> io::Result<bool> {
        let mut lines = vec!["mail.example", "ENHANCEDSTATUSCODES"];
        if self.post.acceptor.is_some() && !self.encrypted {
            lines.push("STARTTLS");
        } else if self.post.config.credentials.is_some() {
            lines.push("AUTH PLAIN");
        }
        let last = lines.pop().unwrap_or_default();
        let mut text = lines.join("\r\n250-");
        text.insert_str(0, "250-");
        self.answer(Stage::Hello, &format!("{text}\r\n250 {last}")).await
    }

    async fn encrypt(self) -> io::Result<Self> {
        let Some(acceptor) = self.post.acceptor.clone() else { return Err(io::ErrorKind::Unsupported.into()) };
        let stream: Box<dyn Stream> = Box::new(acceptor.accept(self.stream.into_inner()).await?);
        Ok(Self { stream: BufStream::new(stream), encrypted: true, credentials: None, ..self })
    }

    async fn auth(&mut self, line: &str) -> io::Result<bool> {
        let given = line.rsplit(' ').next().and_then(|word| STANDARD.decode(word).ok()).unwrap_or_default();
        let given = String::from_utf8_lossy(&given).trim_start_matches('\0').replace('\0', ":");
        if self.post.config.credentials.as_deref() != Some(given.as_str()) {
            return self.say("535 5.7.8 not accepted").await.map(|()| true);
        }
        self.credentials = Some(given);
        self.answer(Stage::Auth, "235 2.7.0 accepted").await
    }

    async fn data(&mut self) -> io::Result<bool> {
        if self.post.config.credentials.is_some() && self.credentials.is_none() {
            return self.say("530 5.7.0 sign in first").await.map(|()| true);
        }
        match self.post.take_fault(Stage::Data) {
            Some(MailFault::Answer(text)) => return self.say(text).await.map(|()| true),
            Some(_) => return Ok(false),
            None => self.say("354 go ahead").await?,
        }
        let mut raw = String::new();
        while let Some(line) = self.line().await? {
            if line == "." {
                break;
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push_str("\r\n");
        }
        if self.post.lock().faults.iter().any(|(stage, _)| *stage == Stage::Message) {
            return self.answer(Stage::Message, "").await;
        }
        self.post.keep(Captured {
            from: self.from.clone(),
            to: std::mem::take(&mut self.to),
            raw,
            encrypted: self.encrypted,
            credentials: self.credentials.clone(),
        });
        self.answer(Stage::Kept, "250 2.0.0 kept").await
    }
}

/// `MAIL FROM:<a@example.com> BODY=8BITMIME` → `a@example.com`.
fn path_of(line: &str) -> String {
    let path = line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path);
    path.unwrap_or_default().to_owned()
}
