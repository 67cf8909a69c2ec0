"""Small signs drawn by ourselves on a 16 × 16 ground, inline: pages of residents carry no icon font."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

DRAWN = {
    "clock": '<circle cx="8" cy="8" r="6.3"/><path d="M8 4.5V8l2.3 1.6"/>',
    "hourglass": '<path d="M4 1.7h8M4 14.3h8M5 1.7c0 3.2 3 4 3 6.3s-3 3.1-3 6.3M11 1.7c0 3.2-3 4-3 6.3s3 3.1 3 6.3"/>',
    "late": '<path stroke="none" fill-rule="evenodd" d="M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2zM7.2 4l.2 5h1.2l.2-5zM7.2 10.5v1.5h1.6v-1.5z"/>',
    "pause": '<circle cx="8" cy="8" r="6.3"/><path d="M6.4 5.5v5M9.6 5.5v5"/>',
    "done": '<circle cx="8" cy="8" r="6.3"/><path d="M5 8.2l2.1 2.1L11.2 6"/>',
    "check": '<path d="M3 8.5l3.3 3.3L13 4.7"/>',
    "phone": '<path d="M3.2 1.9l2.3-.5 1.5 3.4-1.6 1.3c.8 1.9 2.2 3.5 4.3 4.5l1.4-1.6 3.4 1.5-.5 2.4c-.2.9-.9 1.4-1.8 1.3C6.8 13.7 2.4 9.3 1.9 3.7c-.1-.9.4-1.6 1.3-1.8z"/>',
    "pencil": '<path d="M2.5 13.5l.8-3.3L11 2.5l2.5 2.5-7.7 7.7zM9.3 4.2l2.5 2.5"/>',
    "search": '<circle cx="7" cy="7" r="4.7"/><path d="M10.5 10.5L14.3 14.3"/>',
    "signpost": '<path d="M8 1.5v13M8 3h4.5l1.8 1.7-1.8 1.7H8M8 8H3.5L1.7 9.7l1.8 1.7H8M6 14.5h4"/>',
    "right": '<path d="M5.5 2.5L11 8l-5.5 5.5"/>',
    "big": '<path d="M1.5 13L5.5 3l4 10M3 9.5h5M10.5 13l2-5.5 2 5.5M11.2 11.2h2.6"/>',
    "speak": '<path d="M2 6v4h2.5L8 13V3L4.5 6zM10.5 5.5c1.3 1.4 1.3 3.6 0 5M12.5 3.5c2.4 2.5 2.4 6.5 0 9"/>',
    "print": '<path d="M4.5 6V2h7v4M4.5 11.5H2.2V6h11.6v5.5h-2.3M4.5 9.5h7V14h-7z"/>',
    "eye": '<path d="M1.3 8C3 5 5.3 3.5 8 3.5S13 5 14.7 8C13 11 10.7 12.5 8 12.5S3 11 1.3 8z"/><circle cx="8" cy="8" r="2"/>',
    "key": '<circle cx="4.7" cy="8" r="3"/><path d="M7.7 8h6.8v2.5M11.5 8v2"/>',
    "file": '<path d="M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3M5.5 8h5M5.5 11h5"/>',
    "warn": '<path d="M8 1.8L15 14H1zM8 6v4M8 11.8v.4"/>',
    "inbox": '<path d="M1.5 9.5h3.7l1 2h3.6l1-2h3.7M1.5 9.5v4h13v-4L12 2.5H4z"/>',
    "bell": '<path d="M3 12h10c-1-1-1.5-2-1.5-5a3.5 3.5 0 0 0-7 0c0 3-.5 4-1.5 5zM6.5 14h3"/>',
    "person": '<circle cx="8" cy="5" r="3"/><path d="M2.5 14c.5-3.3 2.7-5 5.5-5s5 1.7 5.5 5"/>',
    "shield": '<path d="M8 1.3l5.5 2v4.2c0 3.3-2.2 5.8-5.5 7.2-3.3-1.4-5.5-3.9-5.5-7.2V3.3zM5.5 8l1.9 1.9 3.3-3.5"/>',
}  # fmt: skip


def icon_svg(name: str, css: str = "") -> SafeString:
    """The sign as inline SVG in the colour of the words around it. KeyError for a name that is not drawn."""
    return format_html(
        '<svg class="ico{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        f" {css}" if css else "",
        mark_safe(DRAWN[name]),  # our own drawing
    )
