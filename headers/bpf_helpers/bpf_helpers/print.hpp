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

template <unsigned long N> format(const char (&)[N]) -> format<N>;

template <class T> inline constexpr bool is_printable = is_pointer<T> || __is_integral(T) || __is_enum(T);

// How many bytes of the format, from the one at the index on, are a place: {} or {:x}.
template <format Format> consteval unsigned length_of_place(unsigned at)
{
	const char *text = Format.text;
	if (text[at] != '{')
		return 0;
	return text[at + 1] == '}' ? 2 : text[at + 1] == ':' && text[at + 2] == 'x' && text[at + 3] == '}' ? 4 : 0;
}

// The number of places, or ~0u where a brace is neither one's nor doubled.
template <format Format> consteval unsigned count_places()
{
	unsigned count = 0;
	for (unsigned i = 0; i + 1 < sizeof(Format.text); ++i) {
		char c = Format.text[i];
		if (unsigned length = length_of_place<Format>(i)) {
			++count;
			i += length - 1;
		} else if ((c == '{' || c == '}') && c != Format.text[++i]) {
			return ~0u;
		}
	}
	return count;
}

template <format Format> inline constexpr bool every_brace_is_of_a_place_or_doubled = count_places<Format>() != ~0u;
template <format Format, unsigned Arguments>
inline constexpr bool there_is_a_place_for_each_argument = count_places<Format>() >= Arguments;
template <format Format, unsigned Arguments>
inline constexpr bool there_is_an_argument_for_each_place = count_places<Format>() <= Arguments;

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
			char c = Format.text[i];
			unsigned length = length_of_place<Format>(i);
			if (c == '%' || length)
				text[size++] = '%';
			if (length) {
				for (const char *at = (length == 4 ? hexadecimal : decimal)[argument++]; *at; ++at)
					text[size++] = *at;
				i += length - 1;
				continue;
			}
			text[size++] = c;
			i += c == '{' || c == '}'; // doubled
		}
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
template <detail::format Format, class... Arguments>
	requires (detail::every_brace_is_of_a_place_or_doubled<Format> &&
		  detail::there_is_a_place_for_each_argument<Format, sizeof...(Arguments)> &&
		  detail::there_is_an_argument_for_each_place<Format, sizeof...(Arguments)> &&
		  (detail::is_printable<Arguments> && ...))
BPF_INLINE long print(Arguments... values)
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
