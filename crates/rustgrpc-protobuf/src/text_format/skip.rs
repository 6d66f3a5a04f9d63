//! Fields that are passed over: their values are guessed.

use super::ParseError;
use super::fields::Reader;
use super::lexer::Token;

impl Reader<'_> {
    /// What follows the name of a field of any type.
    pub(super) fn skip_contents(&mut self) -> Result<(), ParseError> {
        let colon = self.lexer.take(':')?;
        match self.lexer.peek() {
            Token::Symbol('[') => self.skip_list(),
            Token::Symbol('{' | '<') => self.skip_message(),
            _ if colon => self.skip_value(),
            _ => Err(self.lexer.error("Expected \"{\".")),
        }
    }

    fn skip_message(&mut self) -> Result<(), ParseError> {
        let close = self.open()?;
        self.descend()?;
        while !self.lexer.take(close)? {
            if self.lexer.take('[')? {
                self.lexer.up_to_bracket()?;
            } else if matches!(self.lexer.peek(), Token::Identifier(_) | Token::Number(_)) {
                self.lexer.advance()?;
            } else {
                return Err(self.lexer.error(format!("Expected \"{close}\".")));
            }
            self.skip_contents()?;
            self.separator()?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn skip_list(&mut self) -> Result<(), ParseError> {
        self.lexer.expect('[')?;
        if self.lexer.take(']')? {
            return Ok(());
        }
        loop {
            match self.lexer.peek() {
                Token::Symbol('{' | '<') => self.skip_message()?,
                _ => self.skip_value()?,
            }
            if self.lexer.take(']')? {
                return Ok(());
            }
            self.lexer.expect(',')?;
        }
    }

    fn skip_value(&mut self) -> Result<(), ParseError> {
        if matches!(self.lexer.peek(), Token::String(_)) {
            return self.string().map(drop);
        }
        self.lexer.take('-')?;
        match self.lexer.peek() {
            Token::Identifier(_) | Token::Number(_) => self.lexer.advance(),
            _ => {
                let text = format!("Invalid field value: {}", self.lexer.text());
                Err(self.lexer.error(text))
            }
        }
    }
}
