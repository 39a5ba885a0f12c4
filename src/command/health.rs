//! `switchboard health`: asks a running server whether it can serve, for containers, which have no other program to ask with.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::body::Body;
use http_body_util::{BodyExt as _, Limited};
use hyper::client::conn::http1::handshake;
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::command::StartError;

/// Shorter than the three seconds after which a container's own check usually ends.
const PATIENCE: Duration = Duration::from_millis(2_500);
/// `/readyz` answers with a sentence.
const LONGEST_ANSWER: usize = 4_096;

/// Prints what `/readyz` answers; succeeds if that is 200.
///
/// # Errors
/// A sentence for the operator: nobody answers there, or the server says why it isn't ready.
pub async fn run(listen: SocketAddr) -> Result<(), StartError> {
    let address = reachable(listen);
    let asked = timeout(PATIENCE, ask(address)).await;
    let (ready, said) = match asked {
        Ok(Ok(answer)) => answer,
        Ok(Err(fault)) => return Err(StartError::new(format!("no answer from http://{address}/readyz: {fault}"))),
        Err(_) => return Err(StartError::new(format!("no answer from http://{address}/readyz within {PATIENCE:?}"))),
    };
    if !ready {
        return Err(StartError::new(format!("not ready: {said}")));
    }
    println!("{said}");
    Ok(())
}

/// Whoever listens everywhere is asked on this machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

async fn ask(address: SocketAddr) -> Result<(bool, String), Box<dyn std::error::Error + Send + Sync>> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::get("/readyz").header(header::HOST, address.to_string()).body(Body::empty())?;
    let response = sender.send_request(request).await?;
    let ready = response.status().as_u16() == 200;
    let said = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await?.to_bytes();
    connection.abort();
    Ok((ready, String::from_utf8_lossy(&said).trim().to_owned()))
}
