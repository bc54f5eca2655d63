using System.Globalization;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>Numbers of the line protocol: decimal digits and nothing else.</summary>
/// <remarks>The framework's own reading lets zero octets stand behind the digits.</remarks>
internal static class DecimalText
{
    internal static bool TryRead(string word, out long number)
    {
        number = 0;
        return !word.Contains('\0')
            && long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    internal static bool TryRead(string word, out ulong number)
    {
        number = 0;
        return !word.Contains('\0')
            && ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
