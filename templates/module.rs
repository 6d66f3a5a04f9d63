/// Nested types of [`{{ message }}`].
{{ module.allows|allow }}
pub mod {{ module.ident }} {
    use {{ module.runtime }} as rt;

    {{ self::scope(module.scope) }}
}
