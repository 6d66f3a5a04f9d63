//! The known word that is nearest to an unknown one, for the error messages of flags and parameters.

/// The candidate with the smallest edit distance, if it is near enough to be what was meant.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= candidate.len().max(word.len()) / 2)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, one row of the table at a time.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, from_char) in from.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to_char) in to.iter().enumerate() {
            let substitution = diagonal + usize::from(from_char != *to_char);
            diagonal = row[j + 1];
            row[j + 1] = substitution.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("", ""), 0);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("gRPC", "grpc"), 3);
    }

    #[test]
    fn far_words_are_not_offered() {
        let known = ["proto_path", "rustgrpc_out"];
        assert_eq!(nearest("rustgrcp_out", known), Some("rustgrpc_out"));
        assert_eq!(nearest("protopath", known), Some("proto_path"));
        assert_eq!(nearest("zzz", known), None);
    }
}
