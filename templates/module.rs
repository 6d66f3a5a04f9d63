/// Nested types of [`{{ message }}`].
{{ module.allows|allow }}
pub mod {{ module.ident }} {
    {%- if let Some(runtime) = module.runtime %}
    use {{ runtime }} as rt;
    {%- endif %}

    {{ self::scope(module.scope) }}
}
