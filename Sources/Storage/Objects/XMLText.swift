/// The text of the first element called `name`, entities resolved; nil if there is none.
///
/// The answers of stores are flat enough for that: what is looked for has one name, no attributes and no children.
func text(of name: String, in xml: String) -> String? {
    guard let open = xml.firstRange(of: "<\(name)>"),
        let close = xml[open.upperBound...].firstRange(of: "</\(name)>")
    else { return nil }
    var text = String(xml[open.upperBound..<close.lowerBound])
    for (entity, character) in [
        ("&quot;", "\""), ("&apos;", "'"), ("&#34;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"),
    ] {
        text.replace(entity, with: character)
    }
    return text
}

/// `text` as an element's content.
func escapedXML(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
}
