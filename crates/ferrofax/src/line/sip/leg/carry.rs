//! Transactions of INVITE, each in a task of its own.

use rsipstack::sip::headers::{CSeq, Route};
use rsipstack::sip::{
    Header, HeadersExt, Method, Response, SipMessage, StatusCode, StatusCodeKind,
};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::transaction::Transaction;
use tokio::sync::{mpsc, oneshot};

use super::witness::Witness;
use super::{Event, TRANSACTION, body, record_routes, remote_target};
use crate::line::Way;

/// A final answer to an INVITE.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<Header>,
    pub(super) body: Option<Vec<u8>>,
}

/// Carries an INVITE of this end; each success is acknowledged by the stack, repeated ones too.
pub(super) async fn run_invite(
    mut transaction: Transaction,
    events: mpsc::Sender<Event>,
    witness: Witness,
) {
    if let Err(error) = transaction.send().await {
        tracing::debug!(%error, "an INVITE was not sent");
    }
    let mut answered = None;
    let mut last = None;
    while let Some(SipMessage::Response(response)) = transaction.receive().await {
        let tag = response.to_header().ok().map(|to| to.value().to_owned());
        let seen = (response.status_code.clone(), tag.clone());
        if last.as_ref() != Some(&seen) {
            let (request, status) = (&transaction.original, &response.status_code);
            witness.answer(Way::Received, request, status, Some(response.body()));
            if status.kind() != StatusCodeKind::Provisional {
                witness.bare(Way::Sent, Method::Ack, request);
            }
            last = Some(seen);
        }
        let event = match response.status_code.kind() {
            StatusCodeKind::Provisional => Event::Provisional,
            StatusCodeKind::Successful if answered.as_ref().is_some_and(|first| *first != tag) => {
                leave_fork(&transaction, &response, &witness);
                continue;
            }
            _ if answered.is_some() => continue,
            _ => {
                answered = Some(tag);
                Event::Final(Box::new(response))
            }
        };
        // A dialog that is gone does not listen; its success is still to be acknowledged.
        let _unheard = events.send(event).await;
    }
    if answered.is_none() {
        let _unheard = events.send(Event::NoFinal).await;
    }
}

/// Hangs up on a second far end that answered the same INVITE. RFC 3261 13.2.2.4.
fn leave_fork(invite: &Transaction, response: &Response, witness: &Witness) {
    let endpoint = invite.endpoint_inner.clone();
    let mut bye = invite.original.clone();
    let Some(target) = remote_target(response) else { return };
    let Ok(seq) = bye.cseq_header().and_then(CSeq::seq) else { return };
    let Ok(via) = endpoint.get_via(None, None) else { return };
    bye.method = Method::Bye;
    bye.uri = target;
    bye.body = Vec::new();
    bye.headers.retain(|header| !matches!(header, Header::ContentType(_) | Header::Route(_)));
    bye.headers.unique_push(Header::Via(via.into()));
    bye.headers.unique_push(Header::CSeq(CSeq::new(format!("{} BYE", seq.saturating_add(1)))));
    if let Ok(to) = response.to_header() {
        bye.headers.unique_push(Header::To(to.clone()));
    }
    for route in record_routes(response).into_iter().rev() {
        bye.headers.push(Header::Route(Route::new(route)));
    }
    let Ok(key) = TransactionKey::from_request(&bye, TransactionRole::Client) else { return };
    witness.request(Way::Sent, &bye);
    let mut transaction = Transaction::new_client(key, bye, endpoint, None);
    tokio::spawn(async move {
        transaction.send().await?;
        let answer = tokio::time::timeout(TRANSACTION, transaction.receive()).await;
        tracing::debug!(answered = answer.is_ok(), "a second far end that answered was left");
        Ok::<(), rsipstack::Error>(())
    });
}

/// Carries a foreign INVITE to its answer, and a success to its ACK. A dialog that is dropped
/// without an answer refuses with 480.
pub(super) async fn serve_invite(
    mut transaction: Transaction,
    mut waiting: oneshot::Receiver<Reply>,
    events: mpsc::Sender<Event>,
    witness: Witness,
) {
    let reply = loop {
        tokio::select! {
            reply = &mut waiting => break reply,
            message = transaction.receive() => match message {
                Some(SipMessage::Request(request)) if request.method == Method::Cancel => {
                    witness.request(Way::Received, &request);
                    witness.answer(Way::Sent, &request, &StatusCode::OK, None);
                    let _unheard = events.send(Event::Cancelled).await;
                }
                Some(_) => {}
                None => return,
            },
        }
    };
    let Reply { status, headers, body: sdp } = reply.unwrap_or_else(|_| Reply {
        status: StatusCode::TemporarilyUnavailable,
        headers: Vec::new(),
        body: None,
    });
    let success = status.kind() == StatusCodeKind::Successful;
    if let Err(error) = transaction.reply_with(status, headers, sdp).await {
        tracing::debug!(%error, "an INVITE was not answered");
    }
    let ack = async {
        while let Some(message) = transaction.receive().await {
            match message {
                SipMessage::Request(request) if request.method == Method::Ack => {
                    witness.request(Way::Received, &request);
                    return Some(request);
                }
                _ => {}
            }
        }
        None
    };
    let event = match tokio::time::timeout(TRANSACTION, ack).await.ok().flatten() {
        Some(ack) => Event::Acked(body(ack.body(), witness.source())),
        None => Event::AckLost,
    };
    if success {
        let _unheard = events.send(event).await;
    }
}
