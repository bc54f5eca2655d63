using System.CommandLine;
using System.Globalization;

namespace TcpConformance.Cli.Verbs;

/// <summary>Options that take a time such as 90s.</summary>
internal static class TimeOption
{
    /// <summary>The option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    internal static Option<TimeSpan?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            TimeSpan? time = Read(result.Tokens[0].Value);
            if (time is null)
            {
                result.AddError(
                    $"{name} {result.Tokens[0].Value} is no time such as 90s, 10m or 8h.");
            }
            return time;
        },
    };

    // A number and a unit.
    private static TimeSpan? Read(string text)
    {
        if (text.Length < 2 || !int.TryParse(
            text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || number == 0)
        {
            return null;
        }
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
    }
}
