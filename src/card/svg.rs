//! Writes SVG. The only place where outside text becomes XML.

use crate::card::fonts::{Fonts, Weight};
use crate::card::runs::runs;

/// From this size letters are set tighter, as headings should be.
const DISPLAY: f32 = 40.0;

/// By this part of their size.
const TIGHTER: f32 = -0.012;

#[derive(Clone, Copy, Debug)]
pub(super) struct TextStyle {
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) fill: &'static str,
    pub(super) anchor: Anchor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

#[derive(Debug, Default)]
pub(super) struct Svg {
    body: String,
}

impl Svg {
    pub(super) fn raw(&mut self, markup: &str) {
        self.body.push_str(markup);
        self.body.push('\n');
    }

    /// `y` is the baseline.
    pub(super) fn text(&mut self, fonts: &Fonts, x: f32, y: f32, style: TextStyle, text: &str) {
        let TextStyle {
            size, weight, fill, ..
        } = style;
        let runs = runs(fonts, text, weight);
        let widths: Vec<f32> = runs
            .iter()
            .map(|run| run.face.width(&run.text) * size)
            .collect();
        let width: f32 = widths.iter().sum();
        let mut x = match style.anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        let spacing = if size >= DISPLAY && runs.len() == 1 {
            format!(r#" letter-spacing="{:.2}""#, size * TIGHTER)
        } else {
            String::new()
        };
        for (run, width) in runs.iter().zip(widths) {
            let (family, text) = (run.face.name(), escaped(&run.text));
            self.raw(&format!(
                r#"<text x="{x:.1}" y="{y:.1}" font-family="{family}" font-size="{size}" fill="{fill}"{spacing} xml:space="preserve">{text}</text>"#
            ));
            x += width;
        }
    }

    pub(super) fn rect(&mut self, [x, y, width, height]: [f32; 4], round: f32, fill: &str) {
        self.raw(&format!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="{round}" fill="{fill}"/>"#
        ));
    }

    pub(super) fn disc(&mut self, x: f32, y: f32, radius: f32, fill: &str) {
        self.raw(&format!(
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="{radius:.1}" fill="{fill}"/>"#
        ));
    }

    /// Returns the drawing with this size.
    pub(super) fn finish(self, width: f32, height: f32) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\">\n{}</svg>\n",
            self.body
        )
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML can't represent these.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::sheet::Drawing;
    use crate::card::test_support::wrong;

    #[test]
    fn brackets_are_mirrored_between_letters_from_right_to_left() {
        let brackets = |text| {
            let mut svg = Svg::default();
            let style = TextStyle {
                size: 20.0,
                weight: Weight::Bold,
                fill: "#000",
                anchor: Anchor::Start,
            };
            svg.text(Fonts::bundled(), 0.0, 30.0, style, text);
            let drawing = Drawing {
                svg: svg.finish(400.0, 50.0),
                pictures: Vec::new(),
            };
            wrong(&drawing, |text| {
                let spans = text.layouted().iter();
                let glyphs = spans.flat_map(|span| &span.positioned_glyphs);
                let brackets = glyphs.filter(|glyph| matches!(glyph.text.as_str(), "(" | ")"));
                let ids: Vec<_> = brackets.map(|glyph| glyph.id).collect();
                (!ids.is_empty()).then(|| format!("{ids:?}"))
            })
        };
        assert_eq!(brackets("(א"), brackets(")"));
        assert_eq!(brackets("א)"), brackets("("));
        assert_ne!(brackets("("), brackets(")"));
    }

    #[test]
    fn text_from_outside_is_no_markup() {
        assert_eq!(
            escaped("<b a=\"1\">&amp;'\u{1}\u{ffff}"),
            "&lt;b a=&quot;1&quot;&gt;&amp;amp;&#39;"
        );
    }
}
