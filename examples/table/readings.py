"""Readings of a pump, one a minute, as a plant would log them:   python3 readings.py > readings.csv

Temperature follows the power, power and flow the speed, vibration too; a worn pump gives less flow, is warmer and shakes more.
Units stand below the names, and a cell is empty where a sensor was off.
"""
import math
import random

random.seed(7)


def cell(value, digits):
    return "" if random.random() < 0.06 else f"{value:.{digits}f}"


print("minute;kind;speed;flow;power;temperature;vibration;fault")
print(";;1/min;l/s;kW;degC;mm/s;")
for minute in range(1500):
    wide, fault = random.random() < 0.4, random.random() < 0.03
    speed = 1400 + 250 * math.sin(minute / 60) + random.gauss(0, 40)
    flow = (0.021 if wide else 0.014) * speed * (0.8 if fault else 1) + random.gauss(0, 0.3)
    power = (5.5 if wide else 4) * (speed / 1400) ** 3 + random.gauss(0, 0.15)
    temperature = 35 + 4 * power + (5 if fault else 0) + random.gauss(0, 0.8)
    vibration = 1.2 + 0.0006 * speed + (0.5 if fault else 0) + random.gauss(0, 0.1)
    print(minute, "wide" if wide else "narrow", cell(speed, 0), cell(flow, 2), cell(power, 2), cell(temperature, 1),
          cell(vibration, 2), int(fault), sep=";")
