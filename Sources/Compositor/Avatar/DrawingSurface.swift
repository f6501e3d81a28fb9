internal import CPangoCairo
internal import CYUV
internal import Media
internal import Scene

/// An RGB picture with its drawing tools: Cairo for shapes, Pango for text.
struct DrawingSurface: ~Copyable {
    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let size: SceneSize

    /// Cairo's objects exist whatever happens; without memory they draw nothing.
    init(size: SceneSize, background: SceneColor) {
        self.size = size
        guard let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(size.width), Int32(size.height)),
            let context = cairo_create(surface)
        else { preconditionFailure("Cairo always returns an object") }
        self.surface = surface
        self.context = context
        setColor(background)
        cairo_paint(context)
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    /// A filled circle.
    func fillCircle(centerX: Double, centerY: Double, radius: Double, color: SceneColor) {
        setColor(color)
        cairo_new_path(context)
        cairo_arc(context, centerX, centerY, radius, 0, 2 * Double.pi)
        cairo_fill(context)
    }

    /// One line of text around a centre, cut with an ellipsis at `maxWidth`.
    ///
    /// `pixels` is the size of the font.
    func draw(
        _ text: String,
        centerX: Double,
        centerY: Double,
        pixels: Double,
        maxWidth: Double,
        isBold: Bool,
        color: SceneColor
    ) {
        guard !text.isEmpty, let layout = pango_cairo_create_layout(context) else { return }
        defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
        guard let font = pango_font_description_new() else { return }
        defer { pango_font_description_free(font) }
        pango_font_description_set_family(font, "Sans")
        pango_font_description_set_weight(font, isBold ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL)
        pango_font_description_set_absolute_size(font, pixels * Double(PANGO_SCALE))
        pango_layout_set_font_description(layout, font)
        pango_layout_set_text(layout, text, Int32(text.utf8.count))
        pango_layout_set_single_paragraph_mode(layout, 1)
        pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER)
        pango_layout_set_width(layout, Int32(maxWidth * Double(PANGO_SCALE)))
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
        var ink = PangoRectangle()
        var logical = PangoRectangle()
        pango_layout_get_pixel_extents(layout, &ink, &logical)
        setColor(color)
        // Capitals are centred by their ink, lines by the font's height, so that names of all shapes share a base line.
        let extent = isBold ? ink : logical
        cairo_move_to(context, centerX - maxWidth / 2, centerY - Double(extent.y) - Double(extent.height) / 2)
        pango_cairo_show_layout(context, layout)
    }

    /// The finished picture in the canvas' colours.
    consuming func picture() -> VideoFrame {
        cairo_surface_flush(surface)
        var buffer = VideoFrameBuffer(width: size.width, height: size.height, color: Canvas.color)
        let stride = cairo_image_surface_get_stride(surface)
        guard let pixels = cairo_image_surface_get_data(surface) else {
            preconditionFailure("out of memory for an avatar of \(size.width)×\(size.height)")
        }
        buffer.withMutablePlanes { planes in
            // libyuv names formats by their bytes' order in a little-endian word, as Cairo does.
            _ = ARGBToI420(
                pixels,
                stride,
                planes.y.base,
                Int32(planes.y.stride),
                planes.u.base,
                Int32(planes.u.stride),
                planes.v.base,
                Int32(planes.v.stride),
                Int32(size.width),
                Int32(size.height)
            )
        }
        return buffer.freeze()
    }

    private func setColor(_ color: SceneColor) {
        cairo_set_source_rgb(
            context,
            Double(color.red) / 255,
            Double(color.green) / 255,
            Double(color.blue) / 255
        )
    }
}
