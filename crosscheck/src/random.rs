//! Random numbers with a seed (xorshift64*), so that a failure can be repeated.

/// A source of random numbers.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers that belong to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.bits() >> 33) as usize % limit
    }

    /// True once in `times` times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// A number of any width: small ones are as likely as large ones, and the extremes occur.
    pub fn number(&mut self) -> u64 {
        match self.below(8) {
            0 => u64::MAX,
            1 => 1 << 63,
            _ => self.bits() >> self.below(64),
        }
    }

    /// A text of some characters of one to four bytes.
    pub fn text(&mut self) -> String {
        const CHARACTERS: [char; 12] = [
            'a', 'Z', '0', ' ', '"', '\\', '\n', '\u{1}', 'é', '错', '\u{2028}', '𝄞',
        ];
        let length = self.below(40);
        (0..length)
            .map(|_| CHARACTERS[self.below(CHARACTERS.len())])
            .collect()
    }

    /// Some bytes.
    pub fn blob(&mut self) -> Vec<u8> {
        let length = self.below(40);
        (0..length).map(|_| self.bits() as u8).collect()
    }
}
