// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// A line in /sys/kernel/tracing/trace_pipe:
//
//     bpf::print<"{} runs {}, flags {:x}">(pid, comm, flags);
//
// The types of the arguments decide how they are shown: numbers with their sign and width, char * and char arrays as
// strings, other pointers as addresses, bool as 0 or 1. {:x} is hexadecimal, {{ and }} are braces. More than three arguments
// need Linux 5.16.
#ifndef BPF_HELPERS_PRINT_HPP
#define BPF_HELPERS_PRINT_HPP

#include <bpf_helpers/call.hpp>

namespace bpf {
namespace detail {

template <unsigned long N> struct format {
	char text[N];
	consteval format(const char (&literal)[N])
	{
		for (unsigned long i = 0; i < N; ++i)
			text[i] = literal[i];
	}
};

template <class T> consteval const char *conversion(bool hexadecimal)
{
	using type = plain<T>;
	if constexpr (is_same<type, const char *> || is_same<type, char *>)
		return "s";
	else if constexpr (is_pointer<type>)
		return "p";
	else if constexpr (sizeof(type) == 8)
		return hexadecimal ? "llx" : type(-1) < type(0) ? "lld" : "llu";
	else if constexpr (is_same<type, char>)
		return hexadecimal ? "x" : "c";
	else
		return hexadecimal ? "x" : type(-1) < type(0) ? "d" : "u";
}

// What is called where a format is wrong, to be named by the compiler's error.
void the_format_has_a_brace_that_is_neither_a_place_nor_doubled();
void the_format_has_more_places_than_there_are_arguments();
void the_format_has_fewer_places_than_there_are_arguments();

// The kernel's format for ours.
template <format Format, class... Arguments> struct translated {
	char text[2 * sizeof(Format.text) + 4 * sizeof...(Arguments)]{};
	unsigned size = 0;

	consteval translated()
	{
		const char *decimal[] = {conversion<Arguments>(false)..., nullptr};
		const char *hexadecimal[] = {conversion<Arguments>(true)..., nullptr};
		unsigned argument = 0;
		for (unsigned i = 0; i < sizeof(Format.text); ++i) {
			char c = Format.text[i], next = i + 1 < sizeof(Format.text) ? Format.text[i + 1] : 0;
			if (c == '%') {
				text[size++] = '%';
			} else if ((c == '{' || c == '}') && next == c) {
				++i;
			} else if (c == '{') {
				bool is_hexadecimal = next == ':' && Format.text[i + 2] == 'x';
				i += is_hexadecimal ? 3 : 1;
				if (i >= sizeof(Format.text) || Format.text[i] != '}')
					the_format_has_a_brace_that_is_neither_a_place_nor_doubled();
				if (argument == sizeof...(Arguments))
					the_format_has_more_places_than_there_are_arguments();
				text[size++] = '%';
				for (const char *at = (is_hexadecimal ? hexadecimal : decimal)[argument++]; *at; ++at)
					text[size++] = *at;
				continue;
			} else if (c == '}') {
				the_format_has_a_brace_that_is_neither_a_place_nor_doubled();
			}
			text[size++] = c;
		}
		if (argument != sizeof...(Arguments))
			the_format_has_fewer_places_than_there_are_arguments();
	}
};

template <format Format, class... Arguments>
[[gnu::nodebug]] inline constexpr translated<Format, Arguments...> translation{};

template <class T> BPF_INLINE u64 to_register(T value)
{
	return (u64)value;
}

} // namespace detail

// Returns the number of bytes, or a negative error.
template <detail::format Format, class... Arguments> BPF_INLINE long print(Arguments... values)
{
	const auto &format = detail::translation<Format, Arguments...>;
	if constexpr (sizeof...(Arguments) <= 3) {
		return detail::call<6, long>(&format.text[0], format.size, detail::to_register(values)...);
	} else {
		u64 registers[] = {detail::to_register(values)...};
		return detail::call<177, long>(&format.text[0], format.size, &registers[0], u32(sizeof(registers)));
	}
}

} // namespace bpf

#endif
