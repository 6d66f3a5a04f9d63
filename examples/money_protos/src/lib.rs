//! Messages that several packages share, with their proto.

rustgrpc::include_protos!();

use money::v1::money_pb2::Money;

/// The sum of amounts in one currency; `None` if they are in several or the sum is too large.
pub fn sum<'a>(amounts: impl IntoIterator<Item = &'a Money>) -> Option<Money> {
    let mut amounts = amounts.into_iter();
    let mut sum = amounts.next().cloned().unwrap_or_default();
    for money in amounts {
        if money.currency_code != sum.currency_code {
            return None;
        }
        sum.amount = sum.amount.checked_add(money.amount)?;
    }
    Some(sum)
}
