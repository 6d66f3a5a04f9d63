//! The checks of both faces. This folder is mounted twice: `face`, `done!` and `get!` are those of the module around it.

/// The responses of a stream, and how it ended.
macro_rules! read_all {
    ($call:expr) => {{
        let call = &mut $call;
        let mut responses = Vec::new();
        let end = loop {
            match get!(call.read()) {
                Ok(Some(response)) => responses.push(response),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        (responses, end)
    }};
}

mod add_ons;
mod cancellation;
mod compression;
mod connecting;
mod credentials;
mod deadlines;
mod interceptors;
mod metadata;
mod multi_callables;
mod retries;
mod service_config;
mod sizes;
mod statuses;
mod streams;
mod tls;
mod tutorials;
mod unary;
mod writing;

use super::{drive, face};
use crate::peer::Peer;
use crate::peer_lab_pb2::{CancelQuery, LabRequest};
use crate::peer_lab_pb2_grpc::LabStub;
use crate::runner::{Check, checks, needing_tls};

/// Longer than any handler should be waited for.
const FOREVER_MS: i32 = 600_000;

/// How long a server may take to notice that a call has ended, a loaded one too.
const NOTICE_MS: i32 = 30_000;

pub(crate) fn all() -> Vec<Check> {
    let mut all = checks![
        tutorials: greets, greets_without_a_package, greets_with_call, counts, sums, chats, answers_each_chat_at_once,
            echoes, knows_users, lists_users, creates_users, misses_a_method, answers_a_one_shot_call;
        unary: copies_the_request, makes_up_a_payload, tells_the_context, has_no_deadline, answers_many_at_once;
        statuses: end_a_unary_call, end_streams, may_be_set_only, carry_details, keep_all_characters, errors_are_unknown,
            methods_are_not_implemented;
        streams: responses_are_counted, an_empty_stream_is_ok, requests_are_summed_up, no_request_is_fine,
            a_server_may_stop_reading, requests_are_answered_in_order, a_server_may_end_a_dialogue,
            much_goes_both_ways;
        writing: ends_with_done_writing, goes_to_and_fro, is_over_after_done_writing, is_over_after_the_call,
            does_not_mix_with_requests;
        metadata: comes_back_from_all_kinds, keeps_order_and_bytes, comes_before_a_slow_response, comes_with_an_error,
            leaves_out_reserved_names, is_refused_when_it_cannot_be_sent;
        deadlines: end_a_unary_call, end_a_stream, end_a_client_stream, are_told_to_the_server, may_have_passed;
        cancellation: ends_a_unary_call, ends_a_server_stream, ends_a_client_stream, ends_a_dialogue,
            comes_with_dropping_a_stream, comes_with_closing_the_channel, is_not_seen_by_finished_calls;
        compression: of_requests, of_responses, of_streams, of_the_channel, can_be_refused;
        sizes: of_responses_are_limited, of_requests_are_limited, of_streamed_responses_are_limited, by_the_server;
        retries: succeed_in_the_end, stop_at_the_last_attempt, need_a_policy, need_the_right_code, can_be_switched_off,
            end_with_the_deadline;
        service_config: sets_a_timeout, limits_requests, waits_for_ready;
        connecting: goes_through_states, fails_where_nobody_listens, waits_for_a_server, comes_back_after_a_break,
            takes_any_form_of_target, balances;
        interceptors: see_calls_in_order, see_all_kinds, answer_themselves, call_again, see_errors;
        multi_callables: take_bytes, take_streams;
        add_ons: health_is_checked, health_is_watched, services_are_listed, files_are_found;
        credentials: of_calls_need_a_secure_channel, local_ones_count_as_secure;
    ];
    all.extend(needing_tls(checks![
        tls: is_spoken_by_name_and_address, refuses_another_authority, refuses_unknown_authorities,
            refuses_another_name, takes_another_name_when_told, needs_a_server_that_speaks_it,
            is_needed_where_the_server_speaks_it, takes_no_garbage;
        tls: is_mutual, needs_a_client_certificate, refuses_a_certificate_of_another_authority;
        tls: carries_access_tokens, carries_what_plugins_give, fails_when_a_plugin_does;
    ]));
    all
}

fn channel(peer: &Peer) -> face::Channel {
    face::insecure_channel(&peer.target)
}

fn lab(peer: &Peer) -> LabStub<face::Channel> {
    LabStub::new(&channel(peer))
}

/// Whether the server saw the call with this token end before its handler.
async fn was_cancelled(peer: &Peer, token: &str, wait_ms: i32) -> bool {
    let query = CancelQuery::new().with_token(token).with_wait_ms(wait_ms);
    let report = done!(lab(peer).was_cancelled(query));
    report.expect("WasCancelled answers").seen
}

/// A request whose handler takes as long as the call.
fn endless(token: &str) -> LabRequest {
    LabRequest::new()
        .with_delay_ms(FOREVER_MS)
        .with_cancel_token(token)
}
