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
);
{%- for file in types.private_descriptors %}

static {{ file.ident }}: rt::FileDescriptor = rt::FileDescriptor::new(
    {{ file.literal }},
    &[{% for import in file.imports %}&{{ import }}{% if !loop.last %}, {% endif %}{% endfor %}],
);
{%- endfor %}

{{ self::scope(types.scope) }}
