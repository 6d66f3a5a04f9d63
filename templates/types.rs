//! Messages and enums of `{{ types.descriptor.source }}`.
{%- if !types.scope.messages.is_empty() %}
//!
//! Fields are public, and can be set in a chain: `Message::new().with_x(…)`. Of a field `x` that may be absent, `x()` is
//! the value or the default, `has_x()` says whether it is there, `x_mut()` puts it there, `clear_x()` takes it away, and
//! `try_x()` is an error if it is absent.
{%- endif %}
#![allow({{ types.allows|join(", ") }})]

use {{ runtime }} as rt;
{%- for path in types.reexports %}
pub use {{ path }};
{%- endfor %}

const _: () = rt::require_version("{{ VERSION }}");
{% let file = types.descriptor %}
/// The descriptor of `{{ file.source }}`.
pub static {{ file.ident }}: rt::FileDescriptor = rt::FileDescriptor::new(
    {{ file.literal }},
    &[{% for import in file.imports %}&{{ import }}{% if !loop.last %}, {% endif %}{% endfor %}],
    {{ file.messages }},
);
{%- for file in types.private_descriptors %}

static {{ file.ident }}: rt::FileDescriptor = rt::FileDescriptor::new(
    {{ file.literal }},
    &[{% for import in file.imports %}&{{ import }}{% if !loop.last %}, {% endif %}{% endfor %}],
    {{ file.messages }},
);
{%- endfor %}

{{ self::scope(types.scope) }}
