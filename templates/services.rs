{%- if module.services.is_empty() %}
//! `{{ source }}` has no services.
{%- else %}
//! Services of `{{ source }}`: servicers for servers, stubs for clients.
{%- endif %}
#![allow({{ module.allows|join(", ") }})]
{% for path in module.imports %}
use {{ path }};
{%- endfor %}
use {{ module.runtime }} as rt;

const _: () = rt::require_version("{{ VERSION }}");
{%- for service in module.services %}
{%- if module.servicers %}

{{ ServicerTemplate { module: module, service: service } }}

{{ RegisterTemplate { service: service } }}
{%- endif %}
{%- if module.stubs %}

{{ StubTemplate { module: module, service: service } }}
{%- endif %}

{{ ConstantsTemplate { service: service } }}
{%- if module.stubs %}

{{ OneShotTemplate { module: module, service: service } }}
{%- endif %}
{%- endfor %}
