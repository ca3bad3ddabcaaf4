//! The pieces of RFC 3261 §25.1 that every value is made of.

use super::choices::Choices;

/// What is being written, and who decides how.
pub(super) struct Out<'c, 'b> {
    pub(super) bytes: Vec<u8>,
    pub(super) choices: &'c mut Choices<'b>,
}

const TOKEN: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~";
const WORD: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~()[]{}:/?";
const DIGITS: &[u8] = b"0123456789";

impl<'c, 'b> Out<'c, 'b> {
    pub(super) fn new(choices: &'c mut Choices<'b>) -> Self {
        Out { bytes: Vec::new(), choices }
    }

    /// What was written since the last time.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// The text of one piece.
    pub(super) fn text_of(choices: &mut Choices<'_>, write: impl FnOnce(&mut Out<'_, '_>)) -> String {
        let mut out = Out::new(choices);
        write(&mut out);
        String::from_utf8(out.take()).expect("the pieces are text")
    }

    pub(super) fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// One of these, as it stands.
    pub(super) fn of(&mut self, texts: &[&str]) {
        let text = *self.choices.of(texts);
        self.push(text);
    }

    /// A word that is spelled in any case.
    pub(super) fn word_of(&mut self, words: &[&str]) {
        let word = *self.choices.of(words);
        match self.choices.below(12) {
            11 => self.push(&word.to_ascii_uppercase()),
            _ => self.push(word),
        }
    }

    /// `SWS`: mostly none.
    pub(super) fn sws(&mut self) {
        match self.choices.below(24) {
            20 => self.push(" "),
            21 => self.push("\t"),
            22 => self.push("  "),
            23 => self.push("\r\n "),
            _ => {}
        }
    }

    /// `LWS`: mostly one space.
    pub(super) fn lws(&mut self) {
        match self.choices.below(24) {
            22 => self.push(" \t"),
            23 => self.push("\r\n\t"),
            _ => self.push(" "),
        }
    }

    /// A separator with white space around it.
    pub(super) fn separator(&mut self, separator: &str) {
        self.sws();
        self.push(separator);
        self.sws();
    }

    /// From `least` to `most` of these bytes.
    pub(super) fn run(&mut self, class: &[u8], least: u32, most: u32) {
        let len = least + self.choices.below(most - least + 1);
        for _ in 0..len {
            let byte = *self.choices.of(class);
            self.bytes.push(byte);
        }
    }

    pub(super) fn token(&mut self) {
        self.run(TOKEN, 1, 10);
    }

    pub(super) fn digits(&mut self, most: u32) {
        self.run(DIGITS, 1, most);
    }

    pub(super) fn hex(&mut self, len: u32) {
        self.run(b"0123456789abcdef", len, len);
    }

    /// A number below `n`.
    pub(super) fn number(&mut self, n: u32) {
        let number = self.choices.below(n);
        self.push(&number.to_string());
    }

    /// `callid`, without what opens a quote or a bracket.
    pub(super) fn call_id(&mut self) {
        self.run(WORD, 1, 16);
        if self.choices.one_in(2) {
            self.push("@");
            self.run(b"abcdefghijklmnopqrstuvwxyz0123456789.", 1, 8);
        }
    }

    /// Text, of UTF-8, that neither begins nor ends with a space.
    pub(super) fn text(&mut self) {
        self.of(&["Offhook", "a", "Phone/1.0", "日本", "\u{fc}ber", "x(y)z"]);
        for _ in 0..self.choices.below(3) {
            self.lws();
            self.of(&["b", "beta", "(a, b)", "\"q", "M\u{fc}ller;", "%41", "<>"]);
        }
    }

    /// `quoted-string`, with escapes and what means something outside.
    pub(super) fn quoted(&mut self) {
        self.push("\"");
        for _ in 0..self.choices.below(6) {
            self.of(&[
                "a",
                "B b",
                " ",
                ",",
                ";",
                "<sip:x@y>",
                "\\\"",
                "\\\\",
                "\u{e9}",
                "日",
                "\\a",
                "=",
                "@",
                "\r\n ",
            ]);
        }
        self.push("\"");
    }

    /// `;name` or `;name=value`. No name that means anything begins with `x`.
    pub(super) fn generic_param(&mut self) {
        self.separator(";");
        self.push("x");
        self.run(TOKEN, 0, 4);
        match self.choices.below(4) {
            0 => {}
            1 => {
                self.separator("=");
                self.token();
            }
            2 => {
                self.separator("=");
                self.quoted();
            }
            _ => {
                self.separator("=");
                self.host();
            }
        }
    }

    pub(super) fn generic_params(&mut self) {
        for _ in 0..self.choices.below(8).saturating_sub(5) {
            self.generic_param();
        }
    }

    /// `;name=` once in `n` times, with whatever follows.
    pub(super) fn param(&mut self, n: u32, name: &str, value: impl FnOnce(&mut Self)) {
        if n < 2 || self.choices.one_in(n) {
            self.separator(";");
            self.word_of(&[name]);
            self.separator("=");
            value(self);
        }
    }

    /// `;name` once in `n` times.
    pub(super) fn flag(&mut self, n: u32, name: &str) {
        if n < 2 || self.choices.one_in(n) {
            self.separator(";");
            self.word_of(&[name]);
        }
    }

    /// One to three elements with commas between them.
    pub(super) fn list(&mut self, element: impl Fn(&mut Self)) {
        element(self);
        for _ in 0..self.choices.below(6).saturating_sub(3) {
            self.sws();
            self.push(",");
            self.of(&[" ", "", "\r\n "]);
            element(self);
        }
    }
}
