//! Text made safe for the places in the page where it goes, and the page put together.

/// For element content and quoted attributes.
pub fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            other => safe.push(other),
        }
    }
    safe
}

/// For JSON inside a script element. The letters replaced occur in JSON only inside strings, where the
/// escape means the same letter; without them no string can end the element or begin a comment.
pub fn json_in_script(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '<' => safe += "\\u003c",
            '>' => safe += "\\u003e",
            '&' => safe += "\\u0026",
            '\u{2028}' => safe += "\\u2028",
            '\u{2029}' => safe += "\\u2029",
            other => safe.push(other),
        }
    }
    safe
}

/// Replaces each `{{name}}` by its value, in one pass: what a value says is never looked at again. A name
/// without a value stays as it is.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let named = after.split_once("}}").and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, tail))
        });
        text += before;
        let (value, tail) = named.unwrap_or(("{{", after));
        text += value;
        rest = tail;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_disarmed() {
        assert_eq!(html("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;");
        let json = serde_json::to_string("</script><!--\u{2028}&amp;").unwrap();
        let safe = json_in_script(&json);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}']), "{safe}");
        assert_eq!(
            serde_json::from_str::<String>(&safe).unwrap(),
            "</script><!--\u{2028}&amp;"
        );
    }

    #[test]
    fn values_are_not_filled_again() {
        let values = [("a", "{{b}}"), ("b", "never")];
        assert_eq!(
            fill("x {{a}} {{c}} {{ }} {{", &values),
            "x {{b}} {{c}} {{ }} {{"
        );
    }
}
