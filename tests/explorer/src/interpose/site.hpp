// Where the program called. No function: that would have a caller of its own.
#pragma once

#define SITE reinterpret_cast<Address>(__builtin_return_address(0))
