//! `peer.v1.Lab`: handlers that do what the requests say.

use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::{
    Compression, Metadata, MetadataValue, RequestIterator, ServicerContext, Status, StatusCode,
    Stream,
};

use crate::cancellations::Cancellations;
use crate::peer_lab_pb2::{
    CancelQuery, CancelReport, Codec, ContextReport, Header, LabRequest, LabResponse,
};
use crate::peer_lab_pb2_grpc::LabServicer;

const INITIAL: &str = "x-peer-initial";
const TRAILING: &str = "x-peer-trailing-bin";
const STATUS_DETAILS: &str = "grpc-status-details-bin";
const PREVIOUS_ATTEMPTS: &str = "grpc-previous-rpc-attempts";

/// More bytes are not made up for a caller who asks for them.
const MAX_RESPONSE_SIZE: usize = 256 << 20;

#[derive(Debug, Default)]
pub(crate) struct Lab {
    cancellations: Cancellations,
}

impl LabServicer for Lab {
    async fn unary(
        &self,
        request: LabRequest,
        context: ServicerContext,
    ) -> Result<LabResponse, Status> {
        fail_attempt(&request, &context)?;
        let mut handler = self.cancellations.unfinished(request.cancel_token.clone());
        handler.unless(start(&request, &context))?;
        pause(request.delay_ms).await;
        handler.unless(end(&request, &context))?;
        handler.finish();
        response(&request, &context, 0)
    }

    fn server_stream(
        &self,
        request: LabRequest,
        context: ServicerContext,
    ) -> impl Stream<Item = Result<LabResponse, Status>> + Send {
        grpc::stream! {
            let mut handler = self.cancellations.unfinished(request.cancel_token.clone());
            handler.unless(start(&request, &context))?;
            pause(request.delay_ms).await;
            for index in 0..request.response_count {
                if index > 0 {
                    pause(request.interval_ms).await;
                }
                yield handler.unless(response(&request, &context, index))?;
            }
            handler.unless(end(&request, &context))?;
            handler.finish();
        }
    }

    async fn client_stream(
        &self,
        mut request_iterator: RequestIterator<LabRequest>,
        context: ServicerContext,
    ) -> Result<LabResponse, Status> {
        let mut handler = self.cancellations.unfinished(String::new());
        let mut texts = Vec::new();
        let mut response = LabResponse::new();
        while let Some(request) = request_iterator.next().await? {
            if response.count == 0 {
                handler.with(request.cancel_token.clone());
                // Not before: the headers say which compression the first request wants.
                handler.unless(start(&request, &context))?;
            }
            pause(request.delay_ms).await;
            let number = response.number.checked_add(request.number);
            let number = number.ok_or("the sum of the numbers does not fit into int32");
            response.number = handler.unless(number)?;
            response.count += 1;
            response.payload_bytes += request.payload.len() as i64;
            handler.unless(end(&request, &context))?;
            texts.push(request.text);
            if request.stop_reading {
                break;
            }
        }
        if response.count == 0 {
            handler.unless(start(&LabRequest::new(), &context))?;
        }
        handler.finish();
        response.text = texts.join(",");
        Ok(response)
    }

    fn bidi(
        &self,
        mut request_iterator: RequestIterator<LabRequest>,
        context: ServicerContext,
    ) -> impl Stream<Item = Result<LabResponse, Status>> + Send {
        grpc::stream! {
            let mut handler = self.cancellations.unfinished(String::new());
            // At once, before any request: a response needs none of their wishes for the headers.
            handler.unless(start(&LabRequest::new(), &context))?;
            let mut index = 0;
            while let Some(request) = request_iterator.next().await? {
                handler.with(request.cancel_token.clone());
                pause(request.delay_ms).await;
                handler.unless(end(&request, &context))?;
                yield handler.unless(response(&request, &context, index))?;
                index += 1;
                if request.stop_reading {
                    break;
                }
            }
            handler.finish();
        }
    }

    async fn was_cancelled(
        &self,
        request: CancelQuery,
        _context: ServicerContext,
    ) -> Result<CancelReport, Status> {
        let patience = milliseconds(request.wait_ms);
        let seen = self.cancellations.was_cancelled(&request.token, patience);
        Ok(CancelReport::new().with_seen(seen.await))
    }
}

/// Fails the attempts that the request wants to fail, before anything is sent.
fn fail_attempt(request: &LabRequest, context: &ServicerContext) -> Result<(), Status> {
    let attempts = context.invocation_metadata().get(PREVIOUS_ATTEMPTS);
    let attempt = match attempts.and_then(MetadataValue::as_str) {
        Some(attempts) => attempts.parse()?,
        None => 0,
    };
    if attempt < request.succeed_after_attempts {
        context.abort(
            status_code(request.status_code)?,
            format!("attempt {attempt}"),
        )?;
    }
    Ok(())
}

/// Sends the initial metadata that the caller wants back, and keeps the trailing one.
fn start(request: &LabRequest, context: &ServicerContext) -> Result<(), Status> {
    match request.compression {
        Codec::GZIP => context.set_compression(Compression::Gzip),
        Codec::DEFLATE => context.set_compression(Compression::Deflate),
        _ => {}
    }
    context.set_trailing_metadata(sent_back(context, TRAILING));
    context.send_initial_metadata(sent_back(context, INITIAL))
}

fn sent_back(context: &ServicerContext, key: &'static str) -> Metadata {
    let values = context.invocation_metadata().get_all(key);
    values.map(|value| (key, value.clone())).collect()
}

/// Ends the call as the request wants it; an error that it wants raised comes first.
fn end(request: &LabRequest, context: &ServicerContext) -> Result<(), Status> {
    let mut trailing = sent_back(context, TRAILING);
    if !request.status_details.is_empty() {
        trailing.add(STATUS_DETAILS, request.status_details.clone());
    }
    context.set_trailing_metadata(trailing);
    if !request.raise_message.is_empty() {
        Err(request.raise_message.clone())?;
    }
    if request.status_code == 0 || request.succeed_after_attempts != 0 {
        return Ok(());
    }
    let code = status_code(request.status_code)?;
    if !request.set_only {
        return context.abort(code, &request.status_message);
    }
    context.set_code(code);
    context.set_details(&request.status_message);
    Ok(())
}

fn status_code(value: i32) -> Result<StatusCode, Status> {
    Ok(StatusCode::from_value(value).ok_or_else(|| format!("{value} is no status code"))?)
}

fn response(
    request: &LabRequest,
    context: &ServicerContext,
    index: i32,
) -> Result<LabResponse, Status> {
    let payload = match usize::try_from(request.response_size) {
        Ok(size @ 1..=MAX_RESPONSE_SIZE) => vec![b'z'; size],
        Ok(0) | Err(_) => request.payload.clone(),
        Ok(size) => return Err(format!("{size} bytes are too many for one response"))?,
    };
    let response = LabResponse::new()
        .with_text(&request.text)
        .with_payload(payload)
        .with_number(request.number)
        .with_index(index);
    Ok(match request.want_context {
        true => response.with_context(report(context)),
        false => response,
    })
}

fn report(context: &ServicerContext) -> ContextReport {
    let metadata = context.invocation_metadata().iter();
    let report = ContextReport::new()
        .with_metadata(metadata.map(|(key, value)| {
            Header::new()
                .with_key(key)
                .with_value(value.as_bytes().to_vec())
        }))
        .with_peer(context.peer());
    match context.time_remaining() {
        Some(left) => {
            let left = i64::try_from(left.as_millis()).unwrap_or(i64::MAX);
            report.with_has_deadline(true).with_time_remaining_ms(left)
        }
        None => report,
    }
}

async fn pause(ms: i32) {
    if ms > 0 {
        tokio::time::sleep(milliseconds(ms)).await;
    }
}

/// Negative times are none.
fn milliseconds(ms: i32) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}
