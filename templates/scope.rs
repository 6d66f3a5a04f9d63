{%- for message in scope.messages %}
{{ MessageTemplate { message: message, p: p } }}
{%- endfor %}
{%- for enumeration in scope.enums %}
{{ EnumTemplate { enumeration: enumeration, p: p } }}
{%- endfor %}
{%- for oneof in scope.oneofs %}
{{ OneofTemplate { oneof: oneof } }}
{%- endfor %}
{%- for extension in scope.extensions %}
{{ ExtensionTemplate { extension: extension } }}
{%- endfor %}
